terraform {
  required_providers {
    maas = {
      source = "terraform.local/huaweicloud/maas"
    }
  }
}

data "maas_regions" "all" {}

data "maas_workspaces" "by_region" {
  for_each  = toset(data.maas_regions.all.region_ids)
  region_id = each.key
}

output "workspaces_by_region" {
  value = { for region, found in data.maas_workspaces.by_region : region => found.workspaces[*].name }
}
