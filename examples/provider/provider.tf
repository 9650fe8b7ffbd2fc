terraform {
  required_providers {
    maas = {
      source = "terraform.local/huaweicloud/maas"
    }
  }
}

# All arguments are optional. This configuration takes the project and the credentials from the environment variables
# HW_PROJECT_ID and HW_AUTH_TOKEN. HW_REGION_NAME can replace region.
provider "maas" {
  region = "ap-southeast-1"
}
